using System.Net;
using CloudOrch.Agent.Docker;
using CloudOrch.Testing;

namespace CloudOrch.Agent.Tests.Runtime;

public sealed class PodAddressesTests
{
    private readonly ManualClock clock = new();

    private PodAddresses Of(string range) => new(IPNetwork.Parse(range), clock);

    [Fact]
    public void Each_container_has_one_address_of_its_own_and_keeps_it()
    {
        var addresses = Of("10.1.2.0/24");
        Assert.Equal("10.1.2.1", addresses.Gateway.ToString());
        string[] given = [.. Enumerable.Range(0, 253).Select(i => addresses.Reserve($"c{i}")!.ToString())];
        Assert.Equal(253, given.Distinct().Count());
        Assert.DoesNotContain("10.1.2.0", given);
        Assert.DoesNotContain("10.1.2.1", given);
        Assert.DoesNotContain("10.1.2.255", given);
        Assert.Equal(given[7], addresses.Reserve("c7")!.ToString());
        Assert.Null(addresses.Reserve("one too many"));
        addresses.Free("c7");
        Assert.Equal(given[7], addresses.Reserve("the next one")!.ToString());
    }

    [Fact]
    public void A_freed_address_is_taken_again_last()
    {
        var addresses = Of("10.1.2.0/29");
        string first = addresses.Reserve("a")!.ToString();
        addresses.Free("a");
        Assert.Equal(["10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6"], Enumerable.Range(0, 4).Select(i => addresses.Reserve($"b{i}")!.ToString()));
        Assert.Equal(first, addresses.Reserve("c")!.ToString());
    }

    [Fact]
    public void What_exists_keeps_its_address_and_what_does_not_is_forgotten_once_it_cannot_be_in_the_making()
    {
        var addresses = Of("10.1.2.0/29");
        addresses.Learn([new("found", IPAddress.Parse("10.1.2.2"))]);
        Assert.Equal("10.1.2.3", addresses.Reserve("new")!.ToString());
        Assert.Equal("10.1.2.2", addresses.Reserve("found")!.ToString());
        addresses.Learn([new("found", IPAddress.Parse("10.1.2.2"))]);
        Assert.Equal("10.1.2.3", addresses.Reserve("new")!.ToString());

        clock.Advance(TimeSpan.FromSeconds(61));
        addresses.Learn([new("found", IPAddress.Parse("10.1.2.2"))]);
        Assert.Equal(["10.1.2.4", "10.1.2.5", "10.1.2.6", "10.1.2.3"], Enumerable.Range(0, 4).Select(i => addresses.Reserve($"b{i}")!.ToString()));
    }
}
