using CloudOrch.Functions;
using Microsoft.Extensions.Hosting;

await Startup.Build(args).RunAsync();
