namespace CloudOrch.Simulation.Laws;

/// <summary>Something that must never happen has happened.</summary>
internal sealed class LawBrokenException(string law) : Exception(law);
