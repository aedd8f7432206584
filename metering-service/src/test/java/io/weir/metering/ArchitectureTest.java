package io.weir.metering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.weir.metering");

    @Test
    void hasNoCyclesBetweenPackages() {
        slices().matching("io.weir.metering.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void writesMoneyWithoutAnOrm() {
        noClasses()
                .that()
                .resideInAnyPackage("..holds..", "..sweep..", "..accounts..", "..grants..", "..database..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "org.hibernate.reactive..", "io.quarkus.hibernate..")
                .check(classes);
    }

    @Test
    void reachesThePoolThroughOnePackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..database..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.sqlclient.Pool")
                .check(classes);
    }

    @Test
    void neverWaits() {
        noClasses()
                .should()
                .callMethod(Uni.class, "await")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(classes);
    }
}
