package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WebBrowserTest {
  @TempDir Path directory;

  @Test
  void takesTheUsersOwnFirstAndThenTheSystems() {
    assertThat(WebBrowser.of(Map.of("BROWSER", "firefox"), "Linux").commands())
        .containsExactly(List.of("firefox"), List.of("xdg-open"));
    assertThat(WebBrowser.of(Map.of(), "Mac OS X").commands()).containsExactly(List.of("open"));
    assertThat(WebBrowser.of(Map.of(), "Windows 11").commands())
        .containsExactly(List.of("rundll32", "url.dll,FileProtocolHandler"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void opensThePageByTheFirstCommandThatDoes() throws IOException {
    Path opened = directory.resolve("opened");
    Path script = directory.resolve("browser");
    Files.writeString(script, "#!/bin/sh\necho \"$1\" > " + opened + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Path page = directory.resolve("a page.html");
    List<String> absent = List.of(directory.resolve("none").toString());
    WebBrowser browser =
        new WebBrowser(List.of(absent, List.of("false"), List.of(script.toString())));
    assertThat(browser.open(page)).isTrue();
    assertThat(opened).content().contains("a%20page.html");
    assertThat(new WebBrowser(List.of(absent, List.of("false"))).open(page)).isFalse();
  }
}
