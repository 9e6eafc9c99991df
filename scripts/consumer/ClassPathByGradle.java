import groovy.lang.GroovyShell;
import groovy.util.DelegatingScript;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.gradle.api.Project;
import org.gradle.testfixtures.ProjectBuilder;

/**
 * Prints the class path at run time of a project that is built by Gradle: its {@code build.gradle}
 * is run, and the dependencies resolved, by Gradle's own classes. They are on Maven Central (as
 * {@code dev.gradleplugins:gradle-api}), while Gradle itself is not.
 */
final class ClassPathByGradle {
  /** Such a block is of the language for build scripts alone. */
  private static final Pattern PLUGINS = Pattern.compile("plugins \\{(.*?)\\n\\}", Pattern.DOTALL);

  private ClassPathByGradle() {}

  /** Takes the project's directory, an empty one for what is fetched, and the repository of ligo. */
  public static void main(String[] arguments) throws IOException {
    Project project =
        ProjectBuilder.builder()
            .withProjectDir(new File(arguments[0]))
            .withGradleUserHomeDir(new File(arguments[1]))
            .build();
    project.getExtensions().getExtraProperties().set("ligoRepository", arguments[2]);
    String script = Files.readString(Path.of(arguments[0], "build.gradle"));
    Matcher plugins = PLUGINS.matcher(script);
    if (plugins.find()) {
      Pattern.compile("id '(.+)'")
          .matcher(plugins.group(1))
          .results()
          .map((MatchResult id) -> id.group(1))
          .forEach(project.getPluginManager()::apply);
    }
    CompilerConfiguration onProject = new CompilerConfiguration();
    onProject.setScriptBaseClass(DelegatingScript.class.getName());
    DelegatingScript rest =
        (DelegatingScript)
            new GroovyShell(ClassPathByGradle.class.getClassLoader(), onProject)
                .parse(plugins.replaceFirst(""));
    rest.setDelegate(project);
    rest.run();
    System.out.println(project.getConfigurations().getByName("runtimeClasspath").getAsPath());
    System.exit(0); // Gradle's threads would go on
  }
}
