package org.learnedsparse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the packages' arrows in one direction. */
class ArchitectureTest {
  private static final String ROOT = "org.learnedsparse.";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private final JavaClasses plugin =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.learnedsparse");

  private void mayDependOn(String name, String... packages) {
    String[] allowed = new String[packages.length + 2];
    System.arraycopy(packages, 0, allowed, 0, packages.length);
    allowed[packages.length] = "java..";
    allowed[packages.length + 1] = ROOT + name + "..";
    classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .check(plugin);
  }

  @Test
  void vectorsArePlainJava() {
    mayDependOn("vector");
  }

  @Test
  void encodersKnowNoSearchEngine() {
    mayDependOn(
        "encode",
        ROOT + "vector..",
        "ai.onnxruntime..",
        "ai.djl..",
        "com.google.gson..",
        "org.HdrHistogram..");
  }

  @Test
  void searchKnowsLuceneButNotElasticsearch() {
    mayDependOn("search", ROOT + "vector..", ROOT + "postings..", "org.apache.lucene..");
  }

  @Test
  void postingsKnowLuceneAlone() {
    mayDependOn("postings", ROOT + "vector..", "org.apache.lucene..", VECTOR_MODULE + "..");
    // A JVM without the module must find no other class that needs it.
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "postings.VectorLoops")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(VECTOR_MODULE + "..")
        .check(plugin);
  }

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("vector")
        .definedBy(ROOT + "vector..")
        .layer("encode")
        .definedBy(ROOT + "encode..")
        .layer("postings")
        .definedBy(ROOT + "postings..")
        .layer("search")
        .definedBy(ROOT + "search..")
        .layer("mapper")
        .definedBy(ROOT + "mapper..")
        .layer("engine")
        .definedBy(ROOT + "engine..")
        .layer("model")
        .definedBy(ROOT + "model..")
        .layer("query")
        .definedBy(ROOT + "query..")
        .layer("fusion")
        .definedBy(ROOT + "fusion..")
        .layer("ingest")
        .definedBy(ROOT + "ingest..")
        .layer("rest")
        .definedBy(ROOT + "rest..")
        .whereLayer("rest")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("ingest")
        .mayOnlyBeAccessedByLayers("rest")
        .whereLayer("query")
        .mayOnlyBeAccessedByLayers("fusion")
        .whereLayer("fusion")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("rest")
        .whereLayer("mapper")
        .mayOnlyBeAccessedByLayers("engine", "query", "ingest", "rest")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("query", "ingest", "rest")
        .whereLayer("postings")
        .mayOnlyBeAccessedByLayers("search", "engine")
        .whereLayer("search")
        .mayOnlyBeAccessedByLayers("mapper", "query")
        .check(plugin);
    slices().matching("org.learnedsparse.(*)..").should().beFreeOfCycles().check(plugin);
  }
}
