using CloudOrch.EndToEnd;

// The lab's tests wait most of the time; what works quietly on the other instance runs beside them.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(Instance))]

namespace CloudOrch.EndToEnd;

/// <summary>Tests that do no harm to each other's pods and processes, and take few of the machine's: one after the other, beside the lab.</summary>
[CollectionDefinition(Name)]
public static class Quiet
{
    public const string Name = "quiet";
}

/// <summary>One instance serves all tests: what these kill, stop, drain or count must not be another test's, nor must they starve the lab.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}
