package dev.ligo.it.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The sources of the build, as far as rules read them. */
final class Sources {
  private static final Path ROOT = Path.of("..");

  private Sources() {}

  /**
   * A string literal, or the words of a name that is declared, in lower case and apart by spaces.
   *
   * @param file the path of the source below the root of the build
   * @param line its line
   * @param text the words
   * @param literal whether it is a string literal
   * @param example whether it stands in the examples of a command's help
   */
  record Words(String file, long line, String text, boolean literal, boolean example) {
    /** Returns the name of the module. */
    String module() {
      return file.substring(0, file.indexOf('/'));
    }

    @Override
    public String toString() {
      return file + ":" + line + " " + text;
    }
  }

  /** Returns the sources that are shipped. */
  static List<Path> shipped() {
    return below("main");
  }

  /** Returns the sources of the tests, those of other authors' projects among them. */
  static List<Path> tests() {
    return below("test");
  }

  /** Returns the path below the root of the build, with slashes. */
  static String name(Path file) {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  private static List<Path> below(String kind) {
    try (Stream<Path> modules = Files.list(ROOT)) {
      List<Path> files = new ArrayList<>();
      for (Path sources : modules.map(m -> m.resolve("src").resolve(kind)).sorted().toList()) {
        if (Files.isDirectory(sources)) {
          try (Stream<Path> all = Files.walk(sources.resolve("java"))) {
            all.filter(f -> f.toString().endsWith(".java")).sorted().forEach(files::add);
          }
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the string literals and the names that files declare. */
  static List<Words> words(List<Path> files) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<Words> found = new ArrayList<>();
      for (Path file : files) {
        var units = manager.getJavaFileObjects(file);
        var task =
            (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
        for (CompilationUnitTree unit : task.parse()) {
          new Reader(name(file), unit, Trees.instance(task).getSourcePositions(), found)
              .scan(unit, false);
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Reader extends TreeScanner<Void, Boolean> {
    private final String file;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<Words> found;

    Reader(String file, CompilationUnitTree unit, SourcePositions positions, List<Words> found) {
      this.file = file;
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitAnnotation(AnnotationTree annotation, Boolean example) {
      for (var argument : annotation.getArguments()) {
        boolean footer =
            argument instanceof AssignmentTree a && a.getVariable().toString().equals("footer");
        scan(argument, footer);
      }
      return null;
    }

    @Override
    public Void visitLiteral(LiteralTree literal, Boolean example) {
      if (literal.getValue() instanceof String s) {
        add(literal, s, true, example);
      }
      return null;
    }

    @Override
    public Void visitClass(ClassTree type, Boolean example) {
      add(type, apart(type.getSimpleName()), false, example);
      return super.visitClass(type, example);
    }

    @Override
    public Void visitMethod(MethodTree method, Boolean example) {
      add(method, apart(method.getName()), false, example);
      return super.visitMethod(method, example);
    }

    @Override
    public Void visitVariable(VariableTree variable, Boolean example) {
      add(variable, apart(variable.getName()), false, example);
      return super.visitVariable(variable, example);
    }

    private void add(Tree at, String text, boolean literal, boolean example) {
      long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, at));
      found.add(new Words(file, line, text, literal, example));
    }

    private static String apart(CharSequence name) {
      return String.join(" ", name.toString().split("(?<=[a-z0-9])(?=[A-Z])|_"))
          .toLowerCase(java.util.Locale.ROOT);
    }
  }
}
