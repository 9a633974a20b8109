package io.leek.guide;

import io.leek.guide.Context.Mailer;
import io.leek.guide.Context.Mails;
import io.leek.guide.Context.Report;
import io.leek.guide.Context.Reports;
import io.leek.spring.LeekAutoConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The application in which the snippets of the documents run. */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration(LeekAutoConfiguration.class)
class Application {

    @Bean
    Mailer mailer() {
        return new Mailer() {
            @Override
            public void welcome(String to) {}

            @Override
            public void confirm(long orderId) {}
        };
    }

    /** The first one can't be sent. */
    @Bean
    Mails mails() {
        return id -> {
            if (id == 1) {
                throw new Context.MailboxGone();
            }
        };
    }

    @Bean
    Reports monthlyReports() {
        return Report::new;
    }
}
