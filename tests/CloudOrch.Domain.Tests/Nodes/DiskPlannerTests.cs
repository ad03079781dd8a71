using System.Collections.Immutable;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class DiskPlannerTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DiskWatermarks s_marks = new();

    /// <summary>Images of 10 bytes on a disk of 100: a and b were last used hours ago, c never, d is in use, e is wanted.</summary>
    private static readonly ImmutableArray<ImageView> s_images =
    [
        new("a", 10, s_now, InUse: false, Wanted: false, s_now.AddHours(-1)),
        new("b", 10, s_now, InUse: false, Wanted: false, s_now.AddHours(-2)),
        new("c", 10, s_now, InUse: false, Wanted: false, null),
        new("d", 10, s_now, InUse: true, Wanted: false, null),
        new("e", 10, s_now, InUse: false, Wanted: true, null),
    ];

    [Theory]
    [InlineData(50, false, "")]
    [InlineData(85, false, "")]
    [InlineData(86, false, "c")]
    [InlineData(91, false, "c b")]
    [InlineData(95, false, "c b")]
    [InlineData(99, false, "c b")]
    [InlineData(100, false, "c b")]
    [InlineData(82, false, "")]
    [InlineData(82, true, "c")]
    [InlineData(80, true, "")]
    public void Above_the_high_watermark_the_longest_unused_images_go_until_the_low_one(int used, bool collecting, string removed) =>
        Assert.Equal(removed, string.Join(' ', DiskPlanner.Plan(View(used) with { Images = s_images, Collecting = collecting }, s_marks).Images));

    [Fact]
    public void What_is_used_or_wanted_stays_however_full_the_disk_is() =>
        Assert.Equal(["c", "b", "a"], DiskPlanner.Plan(View(100) with { Images = s_images }, new DiskWatermarks(85, 0)).Images);

    [Fact]
    public void Images_that_were_never_seen_in_use_go_by_their_age() => Assert.Equal(
        ["old", "new"],
        DiskPlanner.Plan(View(100) with { Images = [new("new", 5, s_now, false, false, null), new("old", 5, s_now.AddDays(-1), false, false, null)] }, s_marks).Images);

    [Fact]
    public void Of_ended_containers_the_newest_of_each_name_stays_and_none_that_runs_goes()
    {
        ImmutableArray<ObservedContainer> containers =
        [
            Container("p1-0", "p1", "main", 0, ContainerPhase.Exited), Container("p1-1", "p1", "main", 1, ContainerPhase.Exited), Container("p1-2", "p1", "main", 2, ContainerPhase.Exited),
            Container("p1-s", "p1", "side", 0, ContainerPhase.Exited),
            Container("p2-0", "p2", "main", 0, ContainerPhase.Exited), Container("p2-1", "p2", "main", 1, ContainerPhase.Running),
            Container("p3-0", "p3", "main", 0, ContainerPhase.Running), Container("p3-1", "p3", "main", 1, ContainerPhase.Running),
        ];

        Assert.Equal(["p1-0", "p1-1", "p2-0"], DiskPlanner.Plan(View(90) with { Containers = containers }, s_marks).Containers.Order(StringComparer.Ordinal));
        Assert.True(DiskPlanner.Plan(View(84) with { Containers = containers }, s_marks).IsEmpty);
    }

    [Fact]
    public void Whatever_the_disk_holds_nothing_that_is_needed_goes_and_no_more_than_it_takes()
    {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++)
        {
            ImmutableArray<ImageView> images =
            [
                .. Enumerable.Range(0, random.Next(8)).Select(i => new ImageView(
                    $"i{i}", random.Next(30), s_now.AddMinutes(-random.Next(99)), random.Next(3) == 0, random.Next(3) == 0, random.Next(2) == 0 ? null : s_now.AddMinutes(-random.Next(99)))),
            ];
            var view = View(random.Next(101)) with { Images = images, Collecting = random.Next(2) == 0 };
            var removed = DiskPlanner.Plan(view, s_marks).Images.Select(id => images.Single(i => i.Id == id)).ToArray();

            Assert.DoesNotContain(removed, i => i.InUse || i.Wanted);
            Assert.True(removed.Length == 0 || DiskPlanner.IsDue(view.Engine, view.Collecting, s_marks));
            Assert.True(removed.Length == 0 || removed.SkipLast(1).Sum(i => i.Bytes) < view.Engine.UsedBytes - 80, "the last one was needed");
            Assert.Equal(removed, removed.OrderBy(i => i.LastUsedAt ?? DateTimeOffset.MinValue).ThenBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal));
        }
    }

    private static DiskView View(int used) => new() { Engine = new DiskUse("/engine", 100, 100 - used) };

    private static ObservedContainer Container(string id, string pod, string name, int attempt, ContainerPhase phase) =>
        new() { Id = id, PodUid = pod, PodNamespace = "ns", PodName = pod, Role = ContainerRole.App, Name = name, Attempt = attempt, Phase = phase };
}
