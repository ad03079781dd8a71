using System.Runtime.InteropServices;
using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Pods;

/// <summary>The directories of pods on this node: volumes and termination messages, under <c>{root}/pods/{uid}</c>.</summary>
public sealed partial class PodDirectories(string root)
{
    private const int TerminationMessageBytes = 4096;

    public IEnumerable<string> PodUids => Directory.Exists(Pods) ? Directory.EnumerateDirectories(Pods).Select(d => Path.GetFileName(d)) : [];

    private string Pods => Path.Combine(root, "pods");

    public bool Has(string podUid) => Directory.Exists(OfPod(podUid));

    /// <summary>Makes what a volume needs and says where it is on the host; or says why it cannot be had.</summary>
    public (string? Path, string? Problem) Ensure(AssignedPod pod, Volume volume, ValueList<AssignedConfigMap> configMaps)
    {
        if (volume.HostPath is { } host)
            return EnsureHostPath(host);
        string path = Path.Combine(OfPod(pod.Uid), "volumes", volume.Name);
        if (volume.ConfigMap is { } source)
            return EnsureConfigMap(path, pod, source, configMaps);
        if (volume.EmptyDir is not { } empty)
            return (null, $"volume \"{volume.Name}\" is of a kind that this node does not have");
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            // Kubernetes' default: anybody in the pod may write, whatever user the containers run as.
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }

        if (empty.Medium == "Memory" && !IsMounted(path) && Mount("tmpfs", path, "tmpfs", 0, "mode=0777" + (empty.SizeLimit is { } limit ? $",size={limit.Units}" : "")) != 0)
            return (null, $"volume \"{volume.Name}\": tmpfs could not be mounted (errno {Marshal.GetLastPInvokeError()})");
        if (pod.Spec.SecurityContext?.FsGroup is { } group && ChangeOwner(path, -1, (int)group) == 0)
            File.SetUnixFileMode(path, (UnixFileMode)0b010_111_111_111);
        return (path, null);
    }

    /// <summary>The file that a container may leave its last words in.</summary>
    public string TerminationFile(string podUid, string container, int attempt)
    {
        string directory = Path.Combine(OfPod(podUid), "termination");
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, $"{container}-{attempt}");
        if (!File.Exists(file))
        {
            File.WriteAllBytes(file, []);
            File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        }

        return file;
    }

    /// <summary>Writes a file of the pod that the node manages, unless it says the same already.</summary>
    /// <returns>Where it is on the host.</returns>
    public string Write(string podUid, string name, string text)
    {
        string directory = OfPod(podUid);
        string file = Path.Combine(directory, name);
        WriteIfChanged(file, Encoding.UTF8.GetBytes(text), 0b110_100_100, directory);
        return file;
    }

    /// <summary>The last words of a container that ended; null when it left none.</summary>
    public string? ReadTermination(ObservedContainer ended)
    {
        string file = Path.Combine(OfPod(ended.PodUid), "termination", $"{ended.Name}-{ended.Attempt}");
        if (!File.Exists(file))
            return null;
        using var stream = File.OpenRead(file);
        byte[] buffer = new byte[TerminationMessageBytes];
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return read == 0 ? null : Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>Removes everything of a pod; repeatable.</summary>
    public void Remove(string podUid)
    {
        string path = OfPod(podUid);
        if (!Directory.Exists(path))
            return;
        foreach (string mount in Mounts().Where(m => m.StartsWith(path + "/", StringComparison.Ordinal)).Reverse())
            _ = Unmount(mount, flags: 2); // detached: nothing runs in it any more
        Directory.Delete(path, recursive: true);
    }

    private string OfPod(string podUid) => Path.Combine(Pods, podUid);

    private static (string? Path, string? Problem) EnsureHostPath(HostPathVolumeSource host)
    {
        string path = host.Path;
        switch (host.Type)
        {
            case "DirectoryOrCreate":
                Directory.CreateDirectory(path);
                return (path, null);
            case "FileOrCreate":
                if (!File.Exists(path))
                    File.WriteAllBytes(path, []);
                return (path, null);
            case "Directory" when !Directory.Exists(path):
                return (null, $"hostPath type check failed: {path} is not a directory");
            case "File" when !File.Exists(path):
                return (null, $"hostPath type check failed: {path} is not a file");
            default:
                return (path, null);
        }
    }

    private static (string? Path, string? Problem) EnsureConfigMap(
        string path, AssignedPod pod, ConfigMapVolumeSource source, ValueList<AssignedConfigMap> configMaps)
    {
        var map = configMaps.FirstOrDefault(c => c.Namespace == pod.Namespace && c.Name == source.Name);
        if (map is null && source.Optional != true)
            return (null, $"configmap \"{source.Name}\" not found");
        Directory.CreateDirectory(path);
        var files = new Dictionary<string, (byte[] Content, int Mode)>();
        var data = (map?.Data ?? ValueMap<string>.Empty).ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value));
        foreach (var (key, value) in map?.BinaryData ?? ValueMap<string>.Empty)
            data[key] = Convert.FromBase64String(value);
        int mode = source.DefaultMode ?? 0b110_100_100;
        foreach (var item in source.Items ?? data.Keys.Select(k => new KeyToPath { Key = k, Path = k }).ToValueList())
        {
            if (data.TryGetValue(item.Key, out byte[]? content))
                files[item.Path] = (content, item.Mode ?? mode);
            else if (source.Optional != true)
                return (null, $"configmap \"{source.Name}\" has no key \"{item.Key}\"");
        }

        foreach (string stale in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => !files.ContainsKey(Path.GetRelativePath(path, f))))
            File.Delete(stale);
        foreach (var (name, (content, fileMode)) in files)
            WriteIfChanged(Path.GetFullPath(Path.Combine(path, name)), content, fileMode, path);
        return (path, null);
    }

    private static void WriteIfChanged(string file, byte[] content, int mode, string within)
    {
        if (!file.StartsWith(within + "/", StringComparison.Ordinal))
            return; // a path with .. leads out of the volume; the API refuses it
        if (File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string temporary = file + ".new";
        File.WriteAllBytes(temporary, content);
        File.SetUnixFileMode(temporary, (UnixFileMode)mode);
        File.Move(temporary, file, overwrite: true);
    }

    private static bool IsMounted(string path) => Mounts().Contains(path);

    private static IEnumerable<string> Mounts() => File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);
}
