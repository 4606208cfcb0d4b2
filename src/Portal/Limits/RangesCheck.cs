using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace PortalIntegration.Portal.Limits;

/// <summary>Holds options to the ranges that stand at their properties, in sections below too. Collects every mistake and names its key.</summary>
internal sealed class RangesCheck<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        List<string> mistakes = [.. Mistakes(section, options)];
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> Mistakes(string section, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{section}:{property.Name}";
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                if (!range.IsValid(value))
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{key}: must be {range.Minimum} to {range.Maximum}; it is {value}.");
                }
            }
            else if (property.PropertyType.Assembly == typeof(T).Assembly && property.PropertyType.IsClass)
            {
                foreach (var mistake in value is null ? [$"{key}: must not be empty."] : Mistakes(key, value))
                {
                    yield return mistake;
                }
            }
        }
    }
}
