package io.leek.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The rules of the core's and the server's packages. */
@AnalyzeClasses(packages = "io.leek", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NETTY_STAYS_AT_THE_SOCKET = noClasses()
            .that()
            .resideOutsideOfPackages("io.leek.wire", "io.leek.client", "io.leek.server.listen")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule JPA_STAYS_IN_THE_STORE = noClasses()
            .that()
            .resideOutsideOfPackage("io.leek.server.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "org.springframework.data..");

    @ArchTest
    static final ArchRule AN_ENTITY_NEVER_LEAVES_THE_STORE = classes()
            .that()
            .areAnnotatedWith("jakarta.persistence.Entity")
            .or()
            .areAnnotatedWith("jakarta.persistence.MappedSuperclass")
            .should()
            .bePackagePrivate()
            .andShould()
            .resideInAPackage("io.leek.server.store");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_SPRING = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.leek",
                    "io.leek.log..",
                    "io.leek.task..",
                    "io.leek.wire..",
                    "io.leek.client..",
                    "io.leek.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_SERVER = noClasses()
            .that()
            .resideOutsideOfPackage("io.leek.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.leek.server..");

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..", "..manager..");

    @ArchTest
    static final ArchRule THE_SERVERS_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.leek.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORES_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.leek.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule WHAT_USERS_TOUCH_NEEDS_TASKS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.leek")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.leek.wire..", "io.leek.client..", "io.leek.worker..");

    @ArchTest
    static final ArchRule TASKS_NEED_NOTHING_OF_LEEKS = noClasses()
            .that()
            .resideInAPackage("io.leek.task")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.leek");

    @ArchTest
    static final ArchRule THE_PARTS_OF_A_SERVER_DO_NOT_KNOW_THE_WHOLE = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.leek.server.listen..",
                    "io.leek.server.dispatch..",
                    "io.leek.server.recovery..",
                    "io.leek.server.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.leek.server");

    @ArchTest
    static void everyPackageSaysThatNullIsTheException(JavaClasses classes) {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass one : classes) {
            JavaPackage its = one.getPackage();
            if (!its.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(its.getName());
            }
        }
        assertThat(classes).isNotEmpty();
        assertThat(unmarked).isEmpty();
    }
}
