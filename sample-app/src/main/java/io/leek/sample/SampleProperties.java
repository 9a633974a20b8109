package io.leek.sample;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The gallery's settings.
 *
 * @param dataDir the folder that holds the database and the pictures
 * @param cleanUp when pictures without a photo are removed: a cron expression, or "-" for never
 */
@ConfigurationProperties("sample")
record SampleProperties(Path dataDir, String cleanUp) {}
