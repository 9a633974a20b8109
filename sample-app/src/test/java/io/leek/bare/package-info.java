/** The smallest application with Data JPA, to measure the companion beside. */
@NullMarked
package io.leek.bare;

import org.jspecify.annotations.NullMarked;
