using CloudOrch.EndToEnd;

// One instance serves all tests, and what they kill and count must not be another test's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Instance))]
