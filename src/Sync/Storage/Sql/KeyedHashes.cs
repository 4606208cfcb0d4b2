using System.Security.Cryptography;
using System.Text;

namespace PortalIntegration.Sync.Storage.Sql;

/// <summary>
/// Hashes with a key of this store's own: equal values give equal hashes here and nowhere else. The key is random, rests encrypted among the marks, and is shared by
/// all nodes. Where it can no longer be read a new one is made, and what was hashed before is not found any more.
/// </summary>
public sealed class KeyedHashes(StoreDatabase database, Payloads payloads, TimeProvider time)
{
    private const string Name = "keyed-hashes";

    private volatile HashKey? _key;

    public async ValueTask<HashKey> Key(CancellationToken cancel = default) => _key ??= await Load(cancel);

    private async Task<HashKey> Load(CancellationToken cancel)
    {
        if (await Read(cancel) is { } known)
        {
            return known;
        }

        var made = Convert.ToBase64String(payloads.Protect(RandomNumberGenerator.GetBytes(32)));
        return await database.Write(
            async session =>
            {
                // Another node may have been faster; a key that nobody can read any more is nobody's.
                if (await session.First<string>($"SELECT value FROM marks WHERE name = @Name {database.ForUpdate}", new { Name }) is { } there && Open(there) is { } others)
                {
                    return others;
                }

                await session.Execute(
                    "INSERT INTO marks (name, value, changed_at) VALUES (@Name, @made, @now) ON CONFLICT (name) DO UPDATE SET value = @made, changed_at = @now",
                    new { Name, made, now = time.GetUtcNow().Milliseconds() });
                return Open(made)!;
            },
            cancel);
    }

    private Task<HashKey?> Read(CancellationToken cancel) => database.Read(
        async session => await session.First<string>("SELECT value FROM marks WHERE name = @Name", new { Name }) is { } there ? Open(there) : null, cancel);

    private HashKey? Open(string kept) => payloads.TryUnprotect(Convert.FromBase64String(kept)) is { } key ? new HashKey(key) : null;
}

public sealed class HashKey(byte[] key)
{
    /// <summary>Of an exact word, whatever its case and surrounding blanks.</summary>
    public string Term(string word) => Hash($"term:{word.Trim().ToUpperInvariant()}", 16);

    /// <summary>What stands for a personal datum in the journal: <c>#</c> and ten digits; null stays null.</summary>
    public string? Mask(string? value) => value is null ? null : $"#{Hash($"mask:{value.Trim()}", 5)}";

    private string Hash(string text, int bytes) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, bytes));
}
