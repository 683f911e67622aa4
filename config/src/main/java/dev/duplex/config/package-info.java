/** The configuration file of all roles: read, checked as a whole, and handed out as records. */
package dev.duplex.config;
