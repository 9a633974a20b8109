package io.leek.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The rules of the starter's packages. */
@AnalyzeClasses(packages = "io.leek.spring", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SOCKETS_AND_TABLES_ARE_OTHERS_BUSINESS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "org.hibernate..", "org.springframework.data..");

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..", "..manager..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.leek.spring.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_PARTS_DO_NOT_KNOW_THE_AUTO_CONFIGURATION = noClasses()
            .that()
            .resideInAnyPackage("io.leek.spring.offload..", "io.leek.spring.tx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.leek.spring");

    @ArchTest
    static void everyPackageSaysThatNullIsTheException(JavaClasses classes) {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass one : classes) {
            if (!one.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(one.getPackage().getName());
            }
        }
        assertThat(classes).isNotEmpty();
        assertThat(unmarked).isEmpty();
    }
}
