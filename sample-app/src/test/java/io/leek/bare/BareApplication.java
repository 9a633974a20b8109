package io.leek.bare;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Three empty tables and a repository for each, as many as the companion has. */
@SpringBootApplication
public class BareApplication {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(BareApplication.class);
        application.setKeepAlive(true);
        application.run(args);
    }
}
