/** The application as a supervised worker process. */
@NullMarked
package io.leek.server.app;

import org.jspecify.annotations.NullMarked;
