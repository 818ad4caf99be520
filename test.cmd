@rem Builds everything and runs the tests, but for the long ones.
@dotnet build "%~dp0Amused.slnx" -c Release -v quiet && dotnet run --no-build --project "%~dp0tests\Amused.Tests" -c Release -- -trait- Category=Long && dotnet run --no-build --project "%~dp0tests\Amused.Cli.Tests" -c Release -- -trait- Category=Long
