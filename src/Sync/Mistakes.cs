using Microsoft.Extensions.Options;

namespace PortalIntegration.Sync;

/// <summary>Collects every mistake of one section, each naming the key to set.</summary>
internal sealed class Mistakes(string section)
{
    private readonly List<string> _found = [];

    public ValidateOptionsResult Result => _found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_found);

    public void When(bool wrong, string key, string message)
    {
        if (wrong)
        {
            _found.Add($"{section}:{key}: {message}.");
        }
    }
}
