@rem Builds everything and runs the tests, but for the long ones.
@dotnet build "%~dp0Amused.slnx" -c Release -v quiet || exit /b 1
@for /d %%p in ("%~dp0tests\*.Tests") do @dotnet run --no-build --project "%%p" -c Release -- -trait- Category=Long || exit /b 1
