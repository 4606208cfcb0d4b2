using Microsoft.AspNetCore.Components;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Quotes;

/// <summary>One quotation: one question. What can be done with it is in <see cref="QuoteIsland"/>.</summary>
public sealed partial class QuotePage
{
    private Task<Outcome<Quotation>>? _quotation;
    private Provenance? _source;
    private bool _waited;

    [Inject]
    public required CurrentSession Current { get; init; }

    [Inject]
    public required HandleQuotes Quotes { get; init; }

    [Inject]
    public required FirstAnswer First { get; init; }

    [CascadingParameter]
    public HttpContext? Context { get; set; }

    [Parameter]
    public required string Number { get; set; }

    private QuotationNumber Code => new(PortalUrls.Unescape(Number));

    protected override async Task OnInitializedAsync()
    {
        _quotation = Ask();
        await First.Wait(_quotation, Context);
        _waited = true;
    }

    private async Task<Outcome<Quotation>> Ask()
    {
        var answer = await Current.InScope(session => Quotes.Get(session.Scope, Code));
        _source = answer.Provenance;
        return answer;
    }
}
