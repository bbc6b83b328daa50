package com.cloudbees.groovy.cps

/** As the pipeline engine has it: marks a method that it runs in one go. */
@interface NonCPS {
}
