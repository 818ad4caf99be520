using Amused.Cli;
using PictureBook.Commands;

using var interruption = new Interruption();
using var host = Host.OfConsole(interruption, Tool.Name);
return Tool.Run(args, host);
