@echo off
rem Runs the ligo command with the modules beside this file. Needs Java 17 or later.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=2"
"%JAVA%" -XX:+UseSerialGC -Xshare:auto -Dai.djl.offline=true %LIGO_JAVA_OPTS% -p "%~dp0lib" -cp "%~dp0native\*" -m dev.ligo.cli/dev.ligo.cli.Main %*
exit /b %ERRORLEVEL%
