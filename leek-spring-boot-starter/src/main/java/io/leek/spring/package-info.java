/** Auto-configuration: which way Leek runs in this application, and its settings. */
@NullMarked
package io.leek.spring;

import org.jspecify.annotations.NullMarked;
