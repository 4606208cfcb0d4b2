using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Limits;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Ownership;

/// <summary>An entity, a key, and the whole way of the question. Asks at once where the address names both.</summary>
public sealed partial class WhoAnswersIsland : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Entity _entity = Entity.Orders;
    private string _key = "";
    private string _product = "";
    private AnsweredQuestion? _way;
    private bool _asking;
    private bool _refused;
    private Failure? _failure;

    [Inject]
    public required WhoAnswers Who { get; init; }

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required RateLimits Limits { get; init; }

    [Inject]
    public required ILogger<WhoAnswersIsland> Logger { get; init; }

    /// <summary>Name of the entity to begin with.</summary>
    [Parameter]
    public string? About { get; set; }

    [Parameter]
    public string? Key { get; set; }

    [Parameter]
    public string? Product { get; set; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        var askable = Who.Askable;
        _entity = Enum.TryParse<Entity>(About, ignoreCase: true, out var named) && askable.Contains(named) ? named : askable[0];
        (_key, _product) = (Key ?? "", Product ?? "");
        if (Key is { Length: > 0 })
        {
            await Ask();
        }
    }

    private async Task Ask()
    {
        if (_asking || string.IsNullOrWhiteSpace(_key) || (WhoAnswers.NeedsProduct(_entity) && string.IsNullOrWhiteSpace(_product)))
        {
            return;
        }

        _asking = true;
        StateHasChanged();
        try
        {
            // Asked again for every question: this page may have been open since before the right was taken away.
            var answer = await Current.Get(_gone.Token);
            var admin = answer.Try(out var session) && session.Role is Role.Admin ? session : null;
            _failure = admin is not null ? Limits.FailureOf(Asked.Questions, admin.Person) : answer.Failure is { RetryCanHelp: true } later ? later : null;
            _refused = admin is null && _failure is null;
            _way = null;
            if (admin is not null && _failure is null)
            {
                var (key, product) = (PlainText.Typed(_key), PlainText.Typed(_product));
                Log.Asked(Logger, admin.Person.Value, _entity, key);
                _way = await Who.Ask(_entity, key, product, _gone.Token);
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _asking = false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3951, Level = LogLevel.Information, Message = "{Admin} asked who answers {Entity} {Key}")]
        public static partial void Asked(ILogger logger, string admin, Entity entity, string key);
    }
}
