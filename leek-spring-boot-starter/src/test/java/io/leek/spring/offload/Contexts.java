package io.leek.spring.offload;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Application contexts with offloading and a recording gateway. */
public final class Contexts {

    private Contexts() {}

    public static ApplicationContextRunner recording() {
        return new ApplicationContextRunner()
                .withUserConfiguration(OffloadConfiguration.class)
                .withBean(RecordingGateway.class);
    }
}
