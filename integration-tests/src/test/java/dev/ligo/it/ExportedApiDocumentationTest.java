package dev.ligo.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Whatever an exported package shows has a comment.
 *
 * <p>In {@code ligo-api}, {@code ligo-core} and {@code ligo-text} the compiler asks for more: every
 * {@code @param} and {@code @return} (doclint's {@code missing/protected}). In the other modules,
 * such as the conformance kit and the families, it checks the comments there are.
 */
final class ExportedApiDocumentationTest {

  @Test
  void everythingInAnExportedPackageHasAComment() throws IOException {
    List<Path> modules;
    try (Stream<Path> directories = Files.list(Path.of(".."))) {
      modules =
          directories
              .map(directory -> directory.resolve("src/main/java"))
              .filter(sources -> Files.exists(sources.resolve("module-info.java")))
              .sorted()
              .toList();
    }
    assertThat(modules).as("the modules beside this one").hasSizeGreaterThan(1);

    List<String> undocumented = new ArrayList<>();
    for (Path sources : modules) {
      undocumented.addAll(undocumented(sources));
    }
    assertThat(undocumented).as("exported without a comment").isEmpty();
  }

  private static List<String> undocumented(Path sources) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(sources)) {
      files = paths.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      Set<String> exported = exportedPackages(units);
      var finder = new Finder(DocTrees.instance(task));
      units.stream()
          .filter(unit -> unit.getModule() != null || exported.contains(packageName(unit)))
          .forEach(unit -> finder.scan(unit, null));
      return finder.undocumented;
    }
  }

  private static Set<String> exportedPackages(List<CompilationUnitTree> units) {
    return units.stream()
        .filter(unit -> unit.getModule() != null)
        .flatMap(unit -> unit.getModule().getDirectives().stream())
        .filter(ExportsTree.class::isInstance)
        .map(ExportsTree.class::cast)
        .filter(export -> export.getModuleNames() == null || export.getModuleNames().isEmpty())
        .map(export -> export.getPackageName().toString())
        .collect(Collectors.toSet());
  }

  private static String packageName(CompilationUnitTree unit) {
    return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
  }

  /** Collects what can be seen from outside and has no comment. */
  private static final class Finder extends TreePathScanner<Void, Void> {
    private final DocTrees comments;
    private final List<String> undocumented = new ArrayList<>();

    Finder(DocTrees comments) {
      this.comments = comments;
    }

    @Override
    public Void visitModule(ModuleTree module, Void unused) {
      check("module " + module.getName());
      return null;
    }

    @Override
    public Void visitPackage(PackageTree declaration, Void unused) {
      var file = getCurrentPath().getCompilationUnit().getSourceFile();
      if (file.isNameCompatible("package-info", JavaFileObject.Kind.SOURCE)) {
        check("package " + declaration.getPackageName());
      }
      return null;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (!isVisible(type.getModifiers())) {
        return null;
      }
      check(type.getSimpleName().toString());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      boolean constructor = method.getName().contentEquals("<init>");
      boolean override =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      // A record's components are documented in its own comment.
      if (isVisible(method.getModifiers())
          && !override
          && !(constructor && enclosing().getKind() == Tree.Kind.RECORD)) {
        check(enclosing().getSimpleName() + "." + method.getName());
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree field, Void unused) {
      if (isVisible(field.getModifiers())) {
        check(enclosing().getSimpleName() + "." + field.getName());
      }
      return null;
    }

    private boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      TreePath parent = getCurrentPath().getParentPath();
      boolean inInterface =
          parent != null
              && (parent.getLeaf().getKind() == Tree.Kind.INTERFACE
                  || parent.getLeaf().getKind() == Tree.Kind.ANNOTATION_TYPE);
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (inInterface && !flags.contains(Modifier.PRIVATE));
    }

    private ClassTree enclosing() {
      return (ClassTree) getCurrentPath().getParentPath().getLeaf();
    }

    private void check(String name) {
      if (comments.getDocComment(getCurrentPath()) == null) {
        var unit = getCurrentPath().getCompilationUnit();
        long position =
            comments.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
        undocumented.add(
            "%s (%s:%d)"
                .formatted(
                    name,
                    unit.getSourceFile().getName(),
                    unit.getLineMap().getLineNumber(position)));
      }
    }
  }
}
