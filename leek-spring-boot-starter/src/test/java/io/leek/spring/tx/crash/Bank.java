package io.leek.spring.tx.crash;

import io.leek.Leek;
import io.leek.spring.LeekAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An application that moves money and has the receipts written by tasks. With {@code bank.port} it has a teller; its
 * {@code leek} settings say whether it also runs tasks, and whether the server is inside.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    LeekAutoConfiguration.class,
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    TransactionManagerCustomizationAutoConfiguration.class
})
class Bank {

    /** Printed once the application is up. */
    static final String OPEN = "The bank is open";

    public static void main(String[] args) {
        new SpringApplicationBuilder(Bank.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties("spring.main.keep-alive=true")
                .run(args);
        System.out.println(OPEN);
    }

    @Bean
    Receipts receipts(JdbcTemplate jdbc, @Value("${bank.hold:#{null}}") @Nullable Integer hold) {
        return new Receipts(jdbc, hold);
    }

    @Bean
    Transfers transfers(JdbcTemplate jdbc, Leek leek, Receipts receipts) {
        return new Transfers(jdbc, leek, receipts);
    }

    @Bean(initMethod = "start")
    @ConditionalOnProperty("bank.port")
    Teller teller(@Value("${bank.port}") int port, Transfers transfers, JdbcTemplate jdbc) {
        return new Teller(port, transfers, jdbc);
    }
}
