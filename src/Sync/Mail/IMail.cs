using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Sync.Mail;

/// <summary>Hands e-mail to the configured server.</summary>
public interface IMail
{
    /// <summary>Whether there is a server to hand it to.</summary>
    bool Configured { get; }

    /// <summary>
    /// Done when the server took it, which is not yet that it arrived. What failed may have been taken all the same where
    /// <see cref="Failure.MayHaveTakenEffect"/>: the same <see cref="Letter.Id"/> again lets a reader's program tell.
    /// </summary>
    Task<Outcome<Done>> Send(Letter letter, CancellationToken cancel = default);
}

/// <param name="Id">The same for every attempt; becomes the Message-ID.</param>
/// <param name="To">Addresses, one or more.</param>
/// <param name="Text">Plain.</param>
public sealed record Letter(string Id, IReadOnlyCollection<string> To, string Subject, string Text);
