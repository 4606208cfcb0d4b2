namespace PortalIntegration.Portal.Resources;

/// <summary>Names <c>Texts.resx</c>: the words of frame, controls, catalogue, home, sign-in and systems.</summary>
public sealed class Texts;
