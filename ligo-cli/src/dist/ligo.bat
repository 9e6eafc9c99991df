@echo off
rem Runs the ligo command with the modules beside this file. Needs Java 17 or later. Families,
rem methods, strategies and backends of others: their jars in plugins\ beside this file, or paths
rem (separated by semicolons) in LIGO_MODULES.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=2"
"%JAVA%" -XX:+UseSerialGC -Xshare:auto -Dai.djl.offline=true "-Dligo.command=%~0" %LIGO_JAVA_OPTS% -p "%~dp0lib;%~dp0plugins;%LIGO_MODULES%" -cp "%~dp0native\*" -m dev.ligo.cli/dev.ligo.cli.Main %*
exit /b %ERRORLEVEL%
