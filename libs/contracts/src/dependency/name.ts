const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/**
 * Names the shell keeps or sets itself, or which would change how every later command is run instead of giving it a value:
 * what is looked up and loaded before a program, what a shell runs or prints by itself, where the tools of agents look for
 * their configuration, and our own.
 */
const SHELL =
  /^(_|PATH|CDPATH|HOME|OLDPWD|PWD|SHELL|SHELLOPTS|BASHOPTS|SHLVL|IFS|ENV|PS[0-4]|PROMPT_COMMAND|TMPDIR|TMP|TEMP|USER|LOGNAME|UID|EUID|GID|PPID|HOSTNAME|TERM|EDITOR|VISUAL|PAGER|BROWSER|LANG|LANGUAGE|TZ|GLOBIGNORE|FIGNORE|HISTFILE|INPUTRC|FUNCNEST|EXECIGNORE|RANDOM|SECONDS|LINENO|OPTARG|OPTIND|REPLY|ZDOTDIR|FPATH)$/;
const FAMILIES = /^(BASH|LD|DYLD|LC|GIT|ANTHROPIC|CLAUDE|CODEX|NPM_CONFIG|XDG|MALLOC)(_|$)/;
const LOADERS =
  /^(NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_REPL_EXTERNAL_MODULE|PYTHON(PATH|HOME|STARTUP|INSPECT|USERBASE|WARNINGS|BREAKPOINT)|PERL5?(LIB|OPT|DB)|PERL5SHELL|RUBY(OPT|LIB|SHELL)|GEM_(HOME|PATH)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH|MAVEN_OPTS|GRADLE_OPTS|LUA_(INIT|PATH|CPATH)|PHPRC|PHP_INI_SCAN_DIR|MAKEFLAGS|MAKEFILES|GOFLAGS|RUST(C|FLAGS|C_WRAPPER)|CARGO_HOME|CC|CXX|SSL_CERT_(FILE|DIR)|(HTTP|HTTPS|ALL|NO|FTP)_PROXY|CURL_(HOME|CA_BUNDLE)|REQUESTS_CA_BUNDLE|LESS(OPEN|CLOSE)|MANPAGER|(SUDO|SSH)_ASKPASS|SSH_AUTH_SOCK|DOCKER_(HOST|CONFIG|CONTEXT|CERT_PATH)|GCONV_PATH|LOCPATH|NLSPATH)$/;

/**
 * Why a value an agent asks for cannot be given under this name, as the rest of a sentence that begins with the name; null
 * when it can. One rule for everybody who asks, keeps or sets such a name.
 */
export function dependencyNameProblem(name: string): string | null {
  if (!NAME.test(name)) {
    return 'cannot be the name of an environment variable: use letters, digits and _, not a digit first, at most 100 characters, such as STRIPE_API_KEY';
  }
  const upper = name.toUpperCase();
  if (SHELL.test(upper) || FAMILIES.test(upper) || LOADERS.test(upper)) {
    return `is a name the shell or a program acts on by itself: ask for it under a name of its own, such as APP_${upper.replace(/^_+/, '') || 'VALUE'}, and pass it on in the command that needs it`;
  }
  return null;
}
