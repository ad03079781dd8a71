using System.Net;
using System.Net.Sockets;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CloudOrch.Embedded.Tests.Docker;

[Collection(DockerCollection.Name)]
public sealed class DockerContainersTests(DockerFixture docker)
{
    private IContainerOperations Containers => docker.Client.Containers;

    [Fact]
    public async Task A_container_is_created_as_told_and_found_by_its_label()
    {
        string id = await docker.RunAsync("exec sleep 600", p =>
        {
            p.Name = "as-told";
            p.Env = ["GREETING=hello there"];
            p.Labels = new Dictionary<string, string> { ["test"] = "as-told", ["other"] = "x=y" };
            p.WorkingDir = "/tmp";
            p.HostConfig.Memory = 32 << 20;
            p.HostConfig.NanoCPUs = 250_000_000;
            p.HostConfig.CPUShares = 256;
            p.HostConfig.Binds = ["/tmp:/host:ro"];
        });

        var inspected = await Containers.InspectContainerAsync(id);
        var listed = Assert.Single(await Containers.ListContainersAsync(new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["test=as-told"] = true } },
        }));

        Assert.Equal(id, inspected.ID);
        Assert.Equal("/as-told", inspected.Name);
        Assert.True(inspected.State.Running);
        Assert.True(inspected.State.Pid > 1);
        Assert.Contains("GREETING=hello there", inspected.Config.Env);
        Assert.Equal("/tmp", inspected.Config.WorkingDir);
        Assert.Equal(32 << 20, inspected.HostConfig.Memory);
        Assert.Equal(250_000_000, inspected.HostConfig.NanoCPUs);
        Assert.Equal(256, inspected.HostConfig.CPUShares);
        var mount = Assert.Single(inspected.Mounts);
        Assert.Equal(("/tmp", "/host", false), (mount.Source, mount.Destination, mount.RW));
        Assert.Equal(id, listed.ID);
        Assert.Equal("running", listed.State);
        Assert.Equal("x=y", listed.Labels["other"]);
        Assert.InRange(listed.Created, DateTime.UnixEpoch.AddYears(50), DateTime.UnixEpoch.AddYears(100));
        Assert.Equal(["/as-told"], listed.Names);
    }

    [Fact]
    public async Task Starting_twice_and_stopping_twice_say_so()
    {
        string id = await docker.RunAsync("trap 'exit 3' TERM; while :; do sleep 0.1; done");

        Assert.False(await Containers.StartContainerAsync(id, new ContainerStartParameters()));
        Assert.True(await Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = 20 }));
        Assert.False(await Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = 20 }));
        Assert.Equal(3, (await Containers.InspectContainerAsync(id)).State.ExitCode);
    }

    [Fact]
    public async Task Waiting_ends_with_the_exit_code()
    {
        string id = await docker.RunAsync("sleep 0.3; exit 7");

        var ended = await Containers.WaitContainerAsync(id);

        Assert.Equal(7, ended.StatusCode);
        Assert.Null(ended.Error);
    }

    [Fact]
    public async Task Killing_is_at_once_and_refused_when_it_does_not_run()
    {
        string id = await docker.RunAsync("exec sleep 600");

        await Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "SIGKILL" });
        Assert.Equal(137, (await Containers.WaitContainerAsync(id)).StatusCode);
        var refused = await Assert.ThrowsAsync<DockerApiException>(() => Containers.KillContainerAsync(id, new ContainerKillParameters()));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("is not running", refused.ResponseBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_conflict()
    {
        await docker.RunAsync("exec sleep 600", p => p.Name = "taken");

        var refused = await Assert.ThrowsAsync<DockerApiException>(() => docker.RunAsync("true", p => p.Name = "taken"));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_told_apart_by_its_kind()
    {
        var container = await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => Containers.InspectContainerAsync("nothing"));
        await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => Containers.RemoveContainerAsync("nothing", new ContainerRemoveParameters()));
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => docker.RunAsync("true", p => p.Image = "nothing:1"));

        Assert.Equal(HttpStatusCode.NotFound, container.StatusCode);
        Assert.Contains("nothing", container.ResponseBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_container_is_gone_and_its_mounted_directory_stays()
    {
        string id = await docker.RunAsync("exec sleep 600");

        await Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });

        await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => Containers.InspectContainerAsync(id));
    }

    [Fact]
    public async Task Logs_keep_the_two_streams_apart()
    {
        string id = await docker.RunAsync("echo out; echo err >&2; echo more");
        await Containers.WaitContainerAsync(id);

        using var logs = await Containers.GetContainerLogsAsync(id, false, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true });
        var (stdout, stderr) = await logs.ReadOutputToEndAsync(CancellationToken.None);
        using var tail = await Containers.GetContainerLogsAsync(id, false, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = "2" });

        Assert.Equal("out\nmore\n", stdout);
        Assert.Equal("err\n", stderr);
        var (lastOut, lastErr) = await tail.ReadOutputToEndAsync(CancellationToken.None);
        Assert.Equal(2, (lastOut + lastErr).Count(c => c == '\n'));
    }

    [Fact]
    public async Task Logs_of_a_terminal_come_plain()
    {
        string id = await docker.RunAsync("echo out; echo err >&2", p => p.Tty = true);
        await Containers.WaitContainerAsync(id);

        using var logs = await Containers.GetContainerLogsAsync(id, true, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true });

        Assert.Equal("out\r\nerr\r\n", (await logs.ReadOutputToEndAsync(CancellationToken.None)).stdout);
    }

    [Fact]
    public async Task Followed_logs_arrive_while_the_container_runs_and_end_with_it()
    {
        string id = await docker.RunAsync("echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two");
        using var logs = await Containers.GetContainerLogsAsync(id, false, new ContainerLogsParameters { ShowStdout = true, Follow = true });
        byte[] buffer = new byte[1024];

        var first = await logs.ReadOutputAsync(buffer, 0, buffer.Length, CancellationToken.None);
        Assert.Equal("one\n", Encoding.UTF8.GetString(buffer, 0, first.Count));
        await docker.Engine.RunAsync("exec", id, "touch", "/tmp/go");
        var second = await logs.ReadOutputAsync(buffer, 0, buffer.Length, CancellationToken.None);
        Assert.Equal("two\n", Encoding.UTF8.GetString(buffer, 0, second.Count));

        Assert.True((await logs.ReadOutputAsync(buffer, 0, buffer.Length, CancellationToken.None)).EOF);
    }

    [Fact]
    public async Task Reading_followed_logs_ends_when_the_reader_cancels()
    {
        string id = await docker.RunAsync("exec sleep 600");
        using var logs = await Containers.GetContainerLogsAsync(id, false, new ContainerLogsParameters { ShowStdout = true, Follow = true });
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => logs.ReadOutputAsync(new byte[16], 0, 16, end.Token));
    }

    [Fact]
    public async Task A_command_in_a_container_gives_its_output_and_its_exit_code()
    {
        string id = await docker.RunAsync("exec sleep 600");
        var exec = await docker.Client.Exec.ExecCreateContainerAsync(
            id, new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, Cmd = ["sh", "-c", "echo in $HOSTNAME; echo bad >&2; exit 4"] });

        using var output = await docker.Client.Exec.StartAndAttachContainerExecAsync(exec.ID, tty: false);
        var (stdout, stderr) = await output.ReadOutputToEndAsync(CancellationToken.None);
        var inspected = await docker.Client.Exec.InspectContainerExecAsync(exec.ID);

        Assert.Equal($"in {id[..12]}\n", stdout);
        Assert.Equal("bad\n", stderr);
        Assert.False(inspected.Running);
        Assert.Equal(4, inspected.ExitCode);
        Assert.Equal(id, inspected.ContainerID);
    }

    [Fact]
    public async Task A_command_is_refused_where_nothing_runs()
    {
        string id = await docker.RunAsync("exit 0");
        await Containers.WaitContainerAsync(id);

        var refused = await Assert.ThrowsAsync<DockerApiException>(
            () => docker.Client.Exec.ExecCreateContainerAsync(id, new ContainerExecCreateParameters { Cmd = ["true"] }));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task Statistics_tell_memory_and_processor_time()
    {
        string id = await docker.RunAsync("exec sleep 600", p => p.HostConfig.Memory = 16 << 20);
        var seen = new Seen<ContainerStatsResponse>();

        await Containers.GetContainerStatsAsync(id, new ContainerStatsParameters { Stream = false }, seen);

        var stats = Assert.Single(seen.All);
        Assert.Equal(id, stats.ID);
        Assert.Equal(16UL << 20, stats.MemoryStats.Limit);
        Assert.True(stats.CPUStats.CPUUsage.TotalUsage > 0);
    }

    [Fact]
    public async Task Many_calls_run_side_by_side()
    {
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => docker.RunAsync($"exit {i}")));
        var ends = await Task.WhenAll(ids.Select(id => Containers.WaitContainerAsync(id)));

        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), ends.Select(e => e.StatusCode));
    }

    [Fact]
    public async Task A_call_ends_at_the_default_timeout_and_when_nothing_listens()
    {
        // One that takes connections and never answers.
        using var mute = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.sock");
        mute.Bind(new UnixDomainSocketEndPoint(path));
        mute.Listen();
        using var hasty = new DockerClientConfiguration(new Uri($"unix://{path}"), defaultTimeout: TimeSpan.FromMilliseconds(100)).CreateClient();
        using var nobody = new DockerClientConfiguration(new Uri("unix:///tmp/nobody-listens-here.sock")).CreateClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasty.System.PingAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.System.PingAsync());
        File.Delete(path);
    }
}

/// <summary>Keeps what is reported, at once and in order (<see cref="Progress{T}"/> would post it).</summary>
internal sealed class Seen<T> : IProgress<T>
{
    private readonly List<T> _all = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    public void Report(T value)
    {
        lock (_all)
            _all.Add(value);
    }
}
