using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Core.Ownership;

/// <summary>What became of the last questions to an entity's owner in this process; both null before the first.</summary>
/// <param name="Answered">The last answer; "there is no such thing" and a refusal are answers.</param>
/// <param name="Failed">The last time that it gave none.</param>
public sealed record OwnerAnswers(OwnerAnswer? Answered, OwnerAnswer? Failed)
{
    public static OwnerAnswers None { get; } = new(null, null);
}

/// <param name="Operation">The port's method, such as <c>Get</c>.</param>
/// <param name="At">When it ended.</param>
/// <param name="Took">With all waiting and attempts.</param>
/// <param name="Failure">Null where a value came.</param>
public sealed record OwnerAnswer(string Operation, DateTimeOffset At, TimeSpan Took, Failure? Failure);
