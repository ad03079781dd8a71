namespace CloudOrch.Simulation.World;

/// <summary>The process that ran this is dead; whatever it tries now fails, until the simulation starts another one in its place.</summary>
internal sealed class ProcessDiedException() : Exception("the process has died");
