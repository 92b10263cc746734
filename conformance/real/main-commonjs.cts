const { prepare } = require('./process.js') as { prepare: () => () => void };

prepare()();
