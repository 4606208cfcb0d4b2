using System.Globalization;
using System.Text;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;

namespace PortalIntegration.Sync.Catalogue;

/// <summary>
/// Products searched in memory: all words of a text, anywhere in SKU, name or description, without regard to case. Immutable; nothing in it is
/// personal.
/// </summary>
/// <remarks>
/// One block of lower-case UTF-8 is scanned for the longest word, a hundred thousand products in a few milliseconds: no index of words or
/// letters to hold, and a part of a word is found as well as its beginning. Products stand in order of SKU, so hits need no sorting within a rank.
/// </remarks>
public sealed class ProductIndex
{
    /// <summary>SKU is the text; SKU begins with it; the name has words that begin so; anything else.</summary>
    private const int Ranks = 4;

    private readonly Product[] _products;
    private readonly byte[] _texts;

    /// <summary>Where each product's text begins; one entry more, where the last ends.</summary>
    private readonly int[] _starts;

    /// <summary>Each product's place in <see cref="_categories"/>; -1 without a category.</summary>
    private readonly int[] _categoryOf;
    private readonly List<string> _categories = [];
    private readonly Dictionary<string, string?> _parents;

    /// <param name="products">Each SKU once; any order.</param>
    /// <param name="categories">To find what stands in a category's children too.</param>
    public ProductIndex(IEnumerable<Product> products, IEnumerable<Category> categories)
    {
        _products = [.. products];
        Array.Sort(_products, (one, other) => string.CompareOrdinal(one.Sku.Value, other.Sku.Value));
        _parents = categories.ToDictionary(category => category.Code, category => category.ParentCode, StringComparer.Ordinal);
        _starts = new int[_products.Length + 1];
        _texts = new byte[_products.Sum(product => (long)Encoding.UTF8.GetByteCount(Text(product))) is var size and <= int.MaxValue
            ? (int)size
            : throw new ArgumentException("More text than one block can hold.", nameof(products))];
        _categoryOf = new int[_products.Length];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var end = 0;
        for (var at = 0; at < _products.Length; at++)
        {
            _starts[at] = end;
            end += Encoding.UTF8.GetBytes(Text(_products[at]), _texts.AsSpan(end));
            _categoryOf[at] = -1;
            if (_products[at].CategoryCode is { } code && !places.TryGetValue(code, out _categoryOf[at]))
            {
                _categoryOf[at] = places[code] = _categories.Count;
                _categories.Add(code);
            }
        }

        _starts[^1] = end;
    }

    public static ProductIndex Empty { get; } = new([], []);

    public int Count => _products.Length;

    /// <summary>Products in order of SKU.</summary>
    public IReadOnlyList<Product> Products => _products;

    public Product? Find(Sku sku)
    {
        var (low, high) = (0, _products.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (string.CompareOrdinal(_products[middle].Sku.Value, sku.Value))
            {
                case 0:
                    return _products[middle];
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    /// <param name="text">Words; empty for all.</param>
    /// <param name="categories">Each with all categories below it; null or empty for all.</param>
    public ProductHits Search(string text, IReadOnlyList<string>? categories, int skip, int take)
    {
        var words = text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
            .Select(Encoding.UTF8.GetBytes).OrderByDescending(word => word.Length).ToArray();
        var whole = Encoding.UTF8.GetBytes(string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        var names = categories is null or [] ? null : Below(categories);
        var below = names is null ? null : _categories.ConvertAll(names.Contains);
        var facets = new int[_categories.Count];
        var ranked = new List<int>[Ranks];
        for (var rank = 0; rank < Ranks; rank++)
        {
            ranked[rank] = [];
        }

        var most = skip + take;
        var total = 0;
        for (var at = Next(words, 0); at < _products.Length; at = Next(words, at + 1))
        {
            var itself = _categoryOf[at];
            if (itself >= 0)
            {
                facets[itself]++;
            }

            if (below is not null && (itself < 0 || !below[itself]))
            {
                continue;
            }

            total++;
            var rank = ranked[words.Length == 0 ? Ranks - 1 : Rank(at, words, whole, looksAtNames: ranked[0].Count + ranked[1].Count + ranked[2].Count < most)];
            if (rank.Count < most)
            {
                rank.Add(at);
            }
        }

        return new ProductHits([.. ranked.SelectMany(rank => rank).Skip(skip).Take(take).Select(at => _products[at])], total, Counted(facets));
    }

    /// <summary>The next product from there on that has all words.</summary>
    private int Next(byte[][] words, int at)
    {
        if (words.Length == 0)
        {
            return at;
        }

        while (at < _products.Length)
        {
            var found = _texts.AsSpan(_starts[at]).IndexOf(words[0]);
            if (found < 0)
            {
                return _products.Length;
            }

            at = ProductAt(_starts[at] + found, at);
            var text = TextOf(at);
            var all = true;
            for (var word = 1; word < words.Length && all; word++)
            {
                all = text.IndexOf(words[word]) >= 0;
            }

            if (all)
            {
                return at;
            }

            at++;
        }

        return _products.Length;
    }

    private int ProductAt(int position, int from)
    {
        // Hits of common words lie close together: look near before halving.
        for (var near = from; near < from + 8 && near < _products.Length; near++)
        {
            if (position < _starts[near + 1])
            {
                return near;
            }
        }

        var found = Array.BinarySearch(_starts, from, _starts.Length - from, position);
        return found >= 0 ? found : ~found - 1;
    }

    private Dictionary<string, int> Counted(int[] facets) =>
        _categories.Select((code, at) => (code, Count: facets[at])).Where(facet => facet.Count > 0).ToDictionary(facet => facet.code, facet => facet.Count, StringComparer.Ordinal);

    /// <param name="looksAtNames">False once the page is full of better ones than those that only the description has.</param>
    private int Rank(int at, byte[][] words, byte[] whole, bool looksAtNames)
    {
        var text = TextOf(at);
        var sku = text[..text.IndexOf(Field)];
        if (sku.SequenceEqual(whole))
        {
            return 0;
        }

        if (sku.StartsWith(whole))
        {
            return 1;
        }

        if (!looksAtNames)
        {
            return 3;
        }

        var name = text[(sku.Length + 1)..];
        name = name[..name.IndexOf(Field)];
        foreach (var word in words)
        {
            if (!BeginsAWord(name, word))
            {
                return 3;
            }
        }

        return 2;
    }

    private static bool BeginsAWord(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        for (var from = 0; from < name.Length;)
        {
            var found = name[from..].IndexOf(word);
            if (found < 0)
            {
                return false;
            }

            if (from + found == 0 || !char.IsAsciiLetterOrDigit((char)name[from + found - 1]))
            {
                return true;
            }

            from += found + 1;
        }

        return false;
    }

    private ReadOnlySpan<byte> TextOf(int at) => _texts.AsSpan(_starts[at].._starts[at + 1]);

    private HashSet<string> Below(IReadOnlyList<string> categories)
    {
        var below = new HashSet<string>(categories, StringComparer.Ordinal);
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var (code, parent) in _parents)
            {
                grown |= parent is not null && below.Contains(parent) && below.Add(code);
            }
        }

        return below;
    }

    /// <summary>Stands between the fields, so that no word is found across them.</summary>
    private const byte Field = 1;

    private static string Text(Product product) =>
        string.Create(CultureInfo.InvariantCulture, $"{product.Sku.Value}\u0001{product.Name}\u0001{product.Description}\u0001").ToLowerInvariant();
}

/// <param name="Items">One page.</param>
/// <param name="Total">Of all pages.</param>
/// <param name="Facets">Hits of the words alone by the code of their category, whatever category was asked for.</param>
public sealed record ProductHits(IReadOnlyList<Product> Items, int Total, IReadOnlyDictionary<string, int> Facets);
