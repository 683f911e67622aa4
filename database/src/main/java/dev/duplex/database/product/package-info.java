/** Which database products there are, and what each of them makes; found by the JDBC URL. */
package dev.duplex.database.product;
