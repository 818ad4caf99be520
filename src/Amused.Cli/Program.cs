using Amused.Cli;

using var interruption = new Interruption();
using var host = Host.OfConsole(interruption);
return CommandLine.Run(args, host);
