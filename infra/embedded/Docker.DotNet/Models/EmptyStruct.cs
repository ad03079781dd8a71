namespace Docker.DotNet.Models;

/// <summary>The value of a map that is used as a set: <c>{}</c>.</summary>
public struct EmptyStruct;
