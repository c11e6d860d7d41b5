// Adapts the installed copy of the wasm build's loader to command-line use.
// usage: node patch.mjs LOADER
// Each edit names the exact text it replaces and how often it must occur, so another
// version of the package is refused instead of being half patched.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const MAIN_STACK_BYTES = 256 * 1024 * 1024;

const edits = [
  // A symbol look-up scanned 200,000 export names each time: 100 s per start.
  {
    from: 'newSymIndex=Object.keys(lib.exports).indexOf(symbol)',
    to: 'if(!lib.keyIndex)lib.keyIndex=new Map(Object.keys(lib.exports).map((k,i)=>[k,i]));'
      + 'newSymIndex=lib.keyIndex.has(symbol)?lib.keyIndex.get(symbol):-1',
  },
  // Only /home and /tmp of the host were visible.
  {
    from: 'FS.mount(NODEFS,{root:"/home"},"/home");FS.mount(NODEFS,{root:"/tmp"},"/tmp");',
    to: 'for(const d of fs.readdirSync("/")){if(d=="dev"||d=="proc"||d=="sys")continue;'
      + 'const r="/"+d;try{if(!fs.statSync(r).isDirectory())continue;'
      + 'try{FS.mkdir(r)}catch(e){}FS.mount(NODEFS,{root:r},r)}catch(e){}}',
  },
  // Standard input was decoded in blocks of 256 bytes, which breaks characters at their seams.
  {
    from: 'if(bytesRead>0){result=buf.slice(0,bytesRead).toString("utf-8")}',
    to: 'if(bytesRead>0){FS_stdin_getChar_buffer=Array.from(buf.subarray(0,bytesRead)).reverse();'
      + 'return FS_stdin_getChar_buffer.pop()}',
  },
  // A pipe of another Node is not waited for: the read fails with EAGAIN until there is something.
  {
    from: 'try{bytesRead=fs.readSync(fd,buf,0,BUFSIZE)}'
      + 'catch(e){if(e.toString().includes("EOF"))bytesRead=0;else throw e}',
    to: 'for(;;){try{bytesRead=fs.readSync(fd,buf,0,BUFSIZE);break}catch(e){'
      + 'if(e.code==="EAGAIN"){Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,1);continue}'
      + 'if(e.toString().includes("EOF")){bytesRead=0;break}throw e}}',
  },
  // A line is passed on when it is there, not when the block that was asked for is full.
  {
    from: 'if(result===null||result===undefined)break;bytesRead++;buffer[offset+i]=result}',
    to: 'if(result===null||result===undefined)break;bytesRead++;buffer[offset+i]=result;if(result===10)break}',
    atLeast: 1,
  },
  { from: 'return FS_stdin_getChar_buffer.shift()', to: 'return FS_stdin_getChar_buffer.pop()' },
  { from: 'var BUFSIZE=256;', to: 'var BUFSIZE=65536;' },
  // Debugging chatter, on standard output from the loader and on standard error from inside.
  { from: 'console.log("[DEBUG', to: '(()=>{})("[DEBUG', atLeast: 40 },
  {
    from: 'defaultPrintErr=(...args)=>fs.writeSync(2,args.map(stringify).join(" ")+"\\n")',
    to: 'defaultPrintErr=(...args)=>{const line=args.map(stringify).join(" ");'
      + 'if(/^\\[DEBUG|^ {2}- \\/.*\\.olean$|^ {2}mainModule\\? = /.test(line))return;'
      + 'if(line.startsWith("uncaught exception"))globalThis.leanUncaught=true;'
      + 'fs.writeSync(2,line+"\\n")}',
  },
  // The driver passes -j1, which needs one worker; each further one costs a second to start.
  { from: 'var pthreadPoolSize=4;', to: 'var pthreadPoolSize=1;' },
  // Files are elaborated on that worker; the default of 4 MB is soon spent by nested terms.
  {
    from: 'worker=new Worker(pthreadMainJs,{workerData:',
    to: 'worker=new Worker(pthreadMainJs,{resourceLimits:{stackSizeMb:240},workerData:',
  },
  // `--run` executes on the main stack of 64 KiB; give it a real one.
  {
    from: 'var argv=stackAlloc((argc+1)*4);',
    to: `{const size=${MAIN_STACK_BYTES},low=_malloc(size);`
      + '_emscripten_stack_set_limits(low+size,low);stackRestore(low+size)}'
      + 'var argv=stackAlloc((argc+1)*4);',
  },
  // The exit code comes back as half the address of a boxed UInt32: unbox it.
  {
    from: 'var ret=entryFunction(argc,argv);exitJS(ret,true);return ret',
    to: 'var ret=entryFunction(argc,argv);if(ret>255){const box=HEAPU32.subarray((ret*2)>>2);'
      + 'ret=globalThis.leanUncaught||box[1]!==16?1:box[2]&255}exitJS(ret,true);return ret',
  },
];

const loader = process.argv[2];
let text = readFileSync(loader, 'utf8');
for (const { from, to, atLeast } of edits) {
  const found = text.split(from).length - 1;
  if (atLeast ? found < atLeast : found !== 1) {
    console.error(`patch.mjs: found ${found} times: ${from}`);
    process.exit(1);
  }
  text = text.replaceAll(from, () => to);
}
writeFileSync(`${loader}.new`, text);
renameSync(`${loader}.new`, loader);
