using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Agent.Docker;

/// <summary>
/// The image of sandboxes: one program that sleeps for ever, made here instruction by instruction, so that no registry and no shipped binary
/// is needed. The engine loads it like the output of <c>docker save</c>.
/// </summary>
public static class PauseImage
{
    public const string Name = "cloudorch/pause:1";

    private const int HeaderBytes = 64 + 56;
    private const ulong LoadAddress = 0x400000;

    /// <param name="architecture">amd64 or arm64.</param>
    /// <exception cref="NotSupportedException">Another architecture.</exception>
    public static MemoryStream Tar(string architecture)
    {
        byte[] layer = TarOf(("pause", Program(architecture), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
        string diff = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(layer));
        byte[] config = Encoding.UTF8.GetBytes(
            $$"""
            {"architecture":"{{architecture}}","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Entrypoint":["/pause"],"StopSignal":"SIGKILL"},"rootfs":{"type":"layers","diff_ids":["{{diff}}"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"cloudorch-agent"}]}
            """);
        string configName = Convert.ToHexStringLower(SHA256.HashData(config)) + ".json";
        byte[] manifest = Encoding.UTF8.GetBytes($$"""[{"Config":"{{configName}}","RepoTags":["{{Name}}"],"Layers":["layer.tar"]}]""");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new MemoryStream(TarOf((configName, config, mode), ("layer.tar", layer, mode), ("manifest.json", manifest, mode)));
    }

    /// <summary>A static ELF executable: header, one loadable segment, code.</summary>
    public static byte[] Program(string architecture)
    {
        var (machine, code) = architecture switch
        {
            "amd64" => ((ushort)0x3E, Amd64),
            "arm64" => ((ushort)0xB7, Arm64),
            _ => throw new NotSupportedException($"no sandbox program for architecture {architecture}"),
        };
        byte[] file = new byte[HeaderBytes + code.Length];
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(file);
        Put16(16, 2); // an executable
        Put16(18, machine);
        Put32(20, 1);
        Put64(24, LoadAddress + HeaderBytes); // starts behind the headers
        Put64(32, 64); // where the program headers are
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1);
        Put32(64, 1); // the segment: loaded, readable and executable, the whole file
        Put32(68, 5);
        Put64(80, LoadAddress);
        Put64(88, LoadAddress);
        Put64(96, (ulong)file.Length);
        Put64(104, (ulong)file.Length);
        Put64(112, 0x1000);
        code.CopyTo(file.AsSpan(HeaderBytes));
        return file;

        void Put16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        void Put64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
    }

    private static byte[] Amd64 =>
    [
        0xB8, 0x22, 0x00, 0x00, 0x00, // again: mov eax, 34 (pause)
        0x0F, 0x05,                   //        syscall
        0xEB, 0xF7,                   //        jmp again
    ];

    private static byte[] Arm64 =>
    [
        0x00, 0x00, 0x80, 0xD2, // again: mov x0, 0
        0x01, 0x00, 0x80, 0xD2, //        mov x1, 0
        0x02, 0x00, 0x80, 0xD2, //        mov x2, 0
        0x03, 0x00, 0x80, 0xD2, //        mov x3, 0
        0x04, 0x00, 0x80, 0xD2, //        mov x4, 0
        0x28, 0x09, 0x80, 0xD2, //        mov x8, 73 (ppoll: there is no pause here)
        0x01, 0x00, 0x00, 0xD4, //        svc 0
        0xF9, 0xFF, 0xFF, 0x17, //        b again
    ];

    private static byte[] TarOf(params (string Name, byte[] Content, UnixFileMode Mode)[] files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content, mode) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) });
        }

        return stream.ToArray();
    }
}
