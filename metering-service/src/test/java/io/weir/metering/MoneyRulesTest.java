package io.weir.metering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What money is never kept as, and what its transactions never do. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class MoneyRulesTest {
    @Test
    void keepsNoFractionInAnyTable() {
        assertThat(Sql.number("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'"
                        + " AND data_type IN ('real', 'double precision', 'numeric', 'money')"))
                .isZero();
    }

    @Test
    void carriesNoAmountInAFraction() {
        var classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.weir.metering", "io.weir.contracts");

        for (Class<?> fraction : new Class<?>[] {double.class, float.class, Double.class, Float.class}) {
            noFields()
                    .that()
                    .haveNameMatching(".*(Micro|Nano|charge|receivable|balance|granted)")
                    .should()
                    .haveRawType(fraction)
                    .check(classes);
        }
    }

    @Test
    void notifiesNobodyWithinAStatement() {
        assertThat(Sql.number("SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                        + " WHERE n.nspname = 'public' AND p.prosrc ~* '\\m(pg_)?notify\\M'"))
                .isZero();
    }
}
