package dev.ligo.it.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** The dependencies that packages may have, over the whole build. */
@AnalyzeClasses(packages = "dev.ligo", importOptions = PackageRulesTest.Shipped.class)
final class PackageRulesTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(new Packages()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyBackendsDependOnAnEngine =
      noClasses()
          .that(not(resideInAPackage("dev.ligo.backend..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("ai.djl..", "org.tensorflow..", "org.bytedeco..")
                  // DJL's tokenizers are a library of their own, without an engine.
                  .and(not(resideInAPackage("ai.djl.huggingface.tokenizers.."))))
          .orShould()
          .dependOnClassesThat(resideInAPackage("dev.ligo.backend.."));

  @ArchTest
  static final ArchRule onlyModelModulesDependOnAFamily =
      noClasses()
          .that(not(resideInAPackage("dev.ligo.models..")))
          .should()
          .dependOnClassesThat(resideInAPackage("dev.ligo.models.."));

  @ArchTest
  static final ArchRule nothingDependsOnTheCommand =
      noClasses()
          .that(not(resideInAPackage("dev.ligo.cli..")))
          .should()
          .dependOnClassesThat(resideInAnyPackage("dev.ligo.cli..", "picocli.."));

  @ArchTest
  static final ArchRule theTensorLayerDependsOnNothing =
      noClasses()
          .that(resideInAPackage("dev.ligo.api.."))
          .should()
          .dependOnClassesThat(not(resideInAnyPackage("dev.ligo.api..", "java..")));

  /** Leaves tests out, in directories and in the jars of fixtures that modules share. */
  static final class Shipped implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  /**
   * A slice is a package, with one exception: {@code dev.ligo.api} and {@code dev.ligo.api.spi} are
   * one. A tensor calls the kernels of a backend, and kernels are told shapes and dtypes: the same
   * contract read from two sides, which two packages hold apart for their two readers.
   */
  private static final class Packages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      if (!name.startsWith("dev.ligo")) {
        return SliceIdentifier.ignore();
      }
      return SliceIdentifier.of(name.equals("dev.ligo.api.spi") ? "dev.ligo.api" : name);
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
