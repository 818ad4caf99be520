@rem Builds the command line tool where that is needed, and runs it.
@dotnet run --project "%~dp0src\Amused.Cli" -c Release -v quiet -- %*
